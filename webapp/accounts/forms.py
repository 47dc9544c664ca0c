"""What people type about themselves and their team."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator

from webapp.accounts.rules import CURRENCIES, require_strong
from webapp.core import money
from webapp.core.errors import Invalid
from webapp.web.forms import Email, Name

# Long enough for any sentence, short enough to be hashed at once.
Typed = Annotated[str, Field(max_length=1000)]
Role = Literal["owner", "manager", "box_office", "finance", "door", "read_only"]


def _no_link(name: str) -> str:
    # We write the name into a mail to an address that nobody has confirmed: it must not carry a message.
    if any(sign in name for sign in "/@<>") or "www." in name.lower():
        raise ValueError("Write the name alone, without addresses.")
    return name


PersonName = Annotated[Name, AfterValidator(_no_link)]


class _WithNewPassword(BaseModel):
    @field_validator("password", "new", check_fields=False)
    @classmethod
    def _strong(cls, password: str, info: ValidationInfo) -> str:
        return require_strong(password, info.data.get("email", ""))


class SignUp(_WithNewPassword):
    name: PersonName
    email: Email
    password: Typed


class SignIn(BaseModel):
    email: Annotated[str, Field(max_length=320)]
    password: Typed
    keep: bool = False


class Address(BaseModel):
    email: Email


class Confirmation(BaseModel):
    password: Typed


class NewPassword(_WithNewPassword):
    password: Typed


class Rename(BaseModel):
    name: PersonName


class PasswordChange(_WithNewPassword):
    current: Typed
    new: Typed


class EmailChange(BaseModel):
    email: Email
    password: Typed


class Deletion(BaseModel):
    email: Annotated[str, Field(max_length=320)]


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("Choose one from the list.")
    return code


# A passkey's answer; it is small, and read by a parser.
Answer = Annotated[str, Field(max_length=20_000)]


class Proof(BaseModel):
    """A code, or a passkey's answer with what came with its question; the password where there is neither."""

    code: Annotated[str, Field(max_length=60)] = ""
    credential: Answer = ""
    state: Answer = ""
    password: Annotated[str, Field(max_length=1000)] = ""


class PasskeyProof(BaseModel):
    credential: Answer
    state: Answer
    keep: bool = False


class NewApp(BaseModel):
    draft: Answer
    code: Annotated[str, Field(max_length=20)]


class NewPasskey(BaseModel):
    draft: Answer
    credential: Answer
    state: Answer
    name: Annotated[Name, Field(max_length=60)]


class NewCodes(BaseModel):
    draft: Answer


class Demand(BaseModel):
    required: bool = False


class NewOrganizer(BaseModel):
    key: UUID
    name: Name
    email: Email
    currency: Annotated[str, AfterValidator(_currency)]


class OrganizerChange(BaseModel):
    name: Name
    email: Email
    blurb: Annotated[str, Field(max_length=2000)] = ""
    fee_percent: Annotated[Decimal, Field(ge=0, le=50, max_digits=4, decimal_places=2)] = Decimal(0)
    fee_fixed: Annotated[str, Field(max_length=20)] = "0"

    def changes(self, currency: str) -> dict[str, Any]:
        """As columns: the share in hundredths of a percent, the amount in minor units."""
        try:
            fixed = money.parsed(self.fee_fixed, currency)
        except ValueError as error:
            raise Invalid("We kept everything you typed.", fields={"fee_fixed": str(error)}) from error
        return {
            "name": self.name,
            "email": self.email,
            "blurb": self.blurb,
            "fee_bp": int(self.fee_percent * 100),
            "fee_fixed": fixed,
        }


class NewMember(BaseModel):
    email: Email
    role: Role
    event_ids: list[UUID] = Field(default=[], max_length=100)


class Joining(_WithNewPassword):
    name: PersonName
    password: Typed


class EventRoleChange(BaseModel):
    user_id: UUID
    event_id: UUID
    role: Literal["manager", "box_office", "finance", "door", "read_only"] | None = None


class RoleChange(BaseModel):
    role: Role
