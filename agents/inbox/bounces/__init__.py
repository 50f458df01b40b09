"""Delivery reports of every shape into one result for each recipient.

`reading.py` is the entry: it puts together what the others find. `recognise.py` decides whether a
message is a report at all; `report.py` reads the fields of RFC 3464, `plain.py` the text of servers
that send none, `notification.py` a vendor's event in JSON, `complaints.py` feedback (RFC 5965) and
periodic reports, `unsubscribing.py` a mail program's request to be taken off; `original.py` finds
the returned message. `diagnosis.py` says what a server's words and codes mean, by the tables of
`reasons.py` (`deaths.py`, `refusals.py`).
"""
