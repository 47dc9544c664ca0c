"""One storm: everything started the way production does, buyers, harm, calm, and the count afterwards."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from bench.browser import Browser
from bench.stack import Stack, as_it_is, running
from tests.chaos import count
from tests.chaos.count import Scene
from tests.chaos.guests import Guest, Shop, Tally
from tests.chaos.harms import Harm, tell_gateway
from tests.chaos.stages import general_admission

# A hold that nobody pays for runs out after these seconds of a storm instead of ten minutes.
PATIENCE = 5
# Who is still at it after the storm has so many seconds more, and then goes home.
LAST_ORDERS = 5.0
# A slow machine gets so many times the storm's seconds to sell what the storm is to sell.
LONGEST = 4
# Longer than the clocks of `skew` are apart.
CALM_SECONDS = 120.0

AGE = f"""
    UPDATE holds SET expires_at = now() - interval '1 second'
    WHERE state = 'active' AND expires_at > now() AND created_at < now() - interval '{PATIENCE} seconds'
"""


@dataclass(frozen=True)
class Storm:
    """What blows: so many buyers for so many places for so many seconds, and what is done to the system.

    `sells_out` says that at the end every place must be sold, neither more nor fewer; else that something is.
    """

    name: str
    says: str
    harm: Harm | None = None
    harms: int = 3
    places: int = 300
    buyers: int = 150
    seconds: float = 12.0
    sells_out: bool = False
    faithless: float = 0.15
    hasty: float = 0.2
    arrange: Callable[[Stack], None] = as_it_is
    stage: Callable[[Stack, int], str] = general_admission
    shop: Callable[[str], Shop] = Shop

    def is_enough(self, sold: int) -> bool:
        return sold == self.places if self.sells_out else sold > 0


@dataclass
class Outcome:
    """What was counted: clean when nothing was sold twice, lost or left inconsistent, and something sold."""

    storm: Storm
    seed: int
    sold: int = 0
    refused: int = 0
    oversold: int = 0
    lost: int = 0
    undone: int = 0
    breaches: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        wrong = self.oversold or self.lost or self.undone or self.breaches or self.surprises
        return self.storm.is_enough(self.sold) and not wrong

    def line(self) -> str:
        verdict = "clean" if self.is_clean else "BROKEN"
        return (
            f"{self.storm.name:<12} seed {self.seed:<10} sold {self.sold:>4} of {self.storm.places:<4}"
            f" refused {self.refused:>4} oversold {self.oversold} lost {self.lost}"
            f" undone {self.undone} breaches {len(self.breaches)}  {self.seconds:5.1f} s  {verdict}"
        )


def blow(storm: Storm, seed: int) -> Outcome:
    """Start everything, let it storm, wait for the calm, count."""
    began = time.monotonic()
    with running(dates=1, arrange=lambda stack: _arrange(stack, storm)) as stack:
        scene = Scene.of(stack, storm.stage(stack, storm.places))
        tally = asyncio.run(_rage(stack, storm, scene, random.Random(seed)))
        outcome = Outcome(storm, seed, refused=tally.ends["refused"], surprises=_surprises(tally))
        _calm(stack, outcome)
        _count(stack, scene, outcome)
    outcome.seconds = time.monotonic() - began
    return outcome


def _arrange(stack: Stack, storm: Storm) -> None:
    stack.env["DIRECT_DATABASE_URL"] = stack.env["DATABASE_URL"]
    storm.arrange(stack)


async def _rage(stack: Stack, storm: Storm, scene: Scene, mood: random.Random) -> Tally:
    tally, over = Tally(), asyncio.Event()
    bases = [stack.base, *filter(None, [stack.env.get("OTHER_BASE")])]
    seeds = [mood.random() for _ in range(storm.buyers)]
    buyers = [
        _come_again(bases[number % len(bases)], number, random.Random(seed), storm, scene, tally, over)
        for number, seed in enumerate(seeds)
    ]
    moments = sorted(mood.uniform(1.5, storm.seconds - 1.5) for _ in range(storm.harms if storm.harm else 0))
    everybody = asyncio.gather(*buyers, _do_harm(stack, storm, moments, mood))
    await _watch(stack, storm, scene)
    over.set()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(everybody, LAST_ORDERS)
    return tally


async def _come_again(
    base: str,
    number: int,
    mood: random.Random,
    storm: Storm,
    scene: Scene,
    tally: Tally,
    over: asyncio.Event,
) -> None:
    """Who was refused looks again a little later, until everything is over."""
    shop, turn = storm.shop(scene.slug), 0
    await asyncio.sleep(mood.random())
    while not over.is_set():
        turn += 1
        address = f"10.{number // 200}.{number % 200}.{turn % 250}"
        guest = Guest(Browser(base, address), mood, faithless=storm.faithless, hasty=storm.hasty)
        tally.ends[await guest.visit(shop)] += 1
        await asyncio.sleep(mood.uniform(0.1, 0.8))


async def _do_harm(stack: Stack, storm: Storm, moments: list[float], mood: random.Random) -> None:
    began = time.monotonic()
    for moment in moments:
        await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
        assert storm.harm is not None
        await storm.harm(stack, mood)


async def _watch(stack: Stack, storm: Storm, scene: Scene) -> None:
    """Lets holds run out until the storm is over."""
    began, sold = time.monotonic(), 0
    while (gone := time.monotonic() - began) < storm.seconds * LONGEST:
        if gone >= storm.seconds and storm.is_enough(sold):
            return
        await asyncio.sleep(0.7)
        with contextlib.suppress(psycopg.Error):
            await asyncio.to_thread(count.execute, stack, AGE)
            sold = await asyncio.to_thread(count.sold, stack, scene)


def _calm(stack: Stack, outcome: Outcome) -> None:
    """The gateway behaves, unpaid holds run out, and what is under way arrives; bounded."""
    deadline = time.monotonic() + CALM_SECONDS
    while time.monotonic() < deadline:
        tell_gateway(stack)
        with contextlib.suppress(psycopg.Error):
            count.execute(stack, AGE.replace(f"{PATIENCE} seconds", "0 seconds"))
            outcome.lost, outcome.undone = len(count.lost(stack)), count.number(stack, count.UNDONE)
            open_holds = count.number(stack, "SELECT count(*) FROM holds WHERE state = 'active'")
            if not (outcome.lost or outcome.undone or open_holds):
                return
        time.sleep(0.5)


def _count(stack: Stack, scene: Scene, outcome: Outcome) -> None:
    outcome.sold = count.sold(stack, scene)
    outcome.oversold = count.oversold(stack, scene)
    outcome.breaches = count.verify(stack)


def _surprises(tally: Tally) -> list[str]:
    return sorted(end for end in tally.ends if end.startswith("surprised"))
