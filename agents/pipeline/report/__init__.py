"""One HTML page of a run, for people: `leadwire pipeline … --report`."""
