"""What `leadwire init DIR` places: the compose file and what stands beside it, with secrets of its
own. `placing` decides what becomes of each file, `agents/cli/init.py` writes and tells.
"""
