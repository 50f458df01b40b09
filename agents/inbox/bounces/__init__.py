"""Delivery reports of every shape into one result for each recipient.

`report.py` reads the fields of RFC 3464, `plain.py` the text of servers that send none,
`original.py` finds the returned message, `diagnosis.py` and `reasons.py` say what a server's words
mean, `complaints.py` reads feedback reports (RFC 5965), and `reading.py` decides whether a message
is a report at all and puts the pieces together.
"""
