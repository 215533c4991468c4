"""The JSON API beside the pages: read-only, versioned, described by the declarations that also check what is asked.

parameters  what a request may say: declared once, read, checked and described from there
rows        what answers are made of
paging      one page of a list, and the token where the next begins
problems    what is wrong with a request, as application/problem+json
tables, lists, states   the endpoints: each asks the functions that the pages ask, and computes nothing
endpoints   all of them with their parameters
answers     HTTP: formats, ETag, 304
openapi     the document that describes it all
server      one ASGI application for /api/
"""
