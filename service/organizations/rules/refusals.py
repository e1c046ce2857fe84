"""How a rule says no: with a stable code and a reason in both languages."""


class Refused(ValueError):
    """What was written does not follow the rule; `code` is for programs, `zh` and `en` for people."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.zh = zh
        self.en = en
