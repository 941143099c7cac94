"""The only language that till and server, and the files of programmes, speak: versioned JSON.

pydantic lives here and nowhere else; it reads and writes the plain classes of ``loyalty`` and
derives the published JSON Schema from them.
"""
