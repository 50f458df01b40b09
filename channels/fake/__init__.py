"""Vendors that do not exist, over real HTTP: for the demo, for dry runs, and for tests.

A fake vendor is a product part, named and labelled as fake wherever it shows: its name begins with
`fake`, its answers carry `"fake": true`. It reaches nobody. It takes messages on a socket like a
real one, keeps its own book of what it accepted, and can be told to lie: to accept and break off,
to accept late, to fail after accepting, to call back before it answers, twice or never.

    behaviour   what a vendor shall do with a message
    book        what it accepted, a line each, readable without this product
    vendor      the HTTP API, in the four classes that an adapter may have (K, L, W, N)
    serving     an ASGI app on a socket, with connections that can be broken off
    adapter     our side of that API, and the reader of its webhooks
"""
