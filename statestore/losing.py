"""How a rule says that a unit is left out; never leaves `statestore`."""


class Losing(Exception):
    """The unit loses, with the code and detail of `base.Lost`."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail
