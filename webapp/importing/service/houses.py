"""The organizer's venues by what sources call them; one that is not there is made."""

from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session

from webapp.catalog.models import Venue
from webapp.core.ids import uuid7
from webapp.core.text import slug
from webapp.importing.queries import catalog as queries
from webapp.importing.readers import places
from webapp.importing.readers.places import Spot
from webapp.importing.rules.entries import ONLINE, UNKNOWN_HOUSE, House

# What ISO 3166 leaves for a country that is not known.
NO_COUNTRY = "ZZ"
UNKNOWN_CITY = "To be announced"


@dataclass
class Houses:
    """All venues of an organizer; `made` are those of this import, `given` those that staff named."""

    db: Session
    organizer_id: UUID
    made: list[UUID] = field(default_factory=list)
    given: dict[House, UUID] = field(default_factory=dict)
    _known: dict[tuple[str, str], Venue] = field(default_factory=dict)
    _by_id: dict[UUID, Venue] = field(default_factory=dict)

    def load(self) -> None:
        """Look up what is there."""
        for venue in queries.venues(self.db, self.organizer_id):
            self._known.setdefault((venue.name.casefold(), venue.city_slug), venue)
            self._known.setdefault((venue.name.casefold(), ""), venue)
            self._by_id[venue.id] = venue
        self.given = {**queries.known_places(self.db, self.organizer_id), **self.given}

    def find(self, house: House) -> Venue | None:
        """The venue that a house is, or none yet."""
        if house in self.given and (named := self._by_id.get(self.given[house])):
            return named
        return self._known.get((house.name.casefold(), slug(_city(house))))

    def venue(self, house: House, zone: str) -> Venue:
        """The venue of a name, in its city where that is known; a made one has the zone of its date."""
        if known := self.find(house):
            return known
        spot, city = _spot(house), _city(house)
        made = Venue(
            id=uuid7(),
            organizer_id=self.organizer_id,
            name=house.name or UNKNOWN_HOUSE,
            address=house.place if house.place != spot.city else "",
            city=city or UNKNOWN_CITY,
            city_slug=slug(city or UNKNOWN_CITY),
            country=places.home(spot, zone) or NO_COUNTRY,
            zone=zone,
        )
        self.db.add(made)
        self.made.append(made.id)
        self._known[made.name.casefold(), slug(city)] = made
        self._known.setdefault((made.name.casefold(), ""), made)
        return made


def _city(house: House) -> str:
    return _spot(house).city or (ONLINE if house.name == ONLINE else "")


def zone_of(house: House) -> str | None:
    """The zone of a place, where what is said of it leaves no other."""
    return places.zone(_spot(house))


@lru_cache(maxsize=4096)
def _spot(house: House) -> Spot:
    return places.spot_of(house.place or house.name)
