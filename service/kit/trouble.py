"""What stops the service from running, told to the person at the terminal in both languages."""


class Trouble(Exception):
    """Something only the operator can put right; the sentences say what and how."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en
