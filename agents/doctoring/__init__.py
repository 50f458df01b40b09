"""What `leadwire doctor` finds: `findings` judges values, `reading` fetches them through the ports,
`outside` asks the world. `agents/cli/doctor.py` calls and tells.
"""
