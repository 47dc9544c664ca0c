"""The poster letters: how each sign is drawn, and how wide it is beside its neighbours."""

from collections.abc import Callable

from webapp.catalog.posters.pen import Pen

Glyph = Callable[[Pen], None]


def _o(p: Pen) -> None:
    p.ring(0, p.h)


def _c(p: Pen) -> None:
    p.ring(0, p.h, without="right")
    p.stem(p.w - p.fat, p.r, p.stub)
    p.stem(p.w - p.fat, p.h - p.stub, p.h - p.r)


def _g(p: Pen) -> None:
    p.ring(0, p.h, without="right")
    p.stem(p.w - p.fat, p.r, p.stub)
    p.stem(p.w - p.fat, p.mid - p.thin * 0.2, p.h - p.r)
    p.bar(p.mid - p.thin * 0.2, p.w * 0.52, p.w)


def _d(p: Pen) -> None:
    p.ring(0, p.h, without="TL BL")


def _b(p: Pen) -> None:
    p.ring(0, p.lower, without="TL BL")
    p.ring(p.upper, p.h, without="TL BL")


def _p(p: Pen) -> None:
    p.ring(0, p.h * 0.57, without="TL BL left")
    p.stem(0, 0, p.h)


def _r(p: Pen) -> None:
    _p(p)
    p.lean(p.w * 0.34, p.w - p.fat * 1.06, p.h * 0.57 - p.thin, p.h, 1.06)


def _s(p: Pen) -> None:
    p.ring(0, p.lower, without="right BR")
    p.stem(p.w - p.fat, p.r, p.stub)
    p.ring(p.upper, p.h, without="left TL top")
    p.stem(0, p.h - p.stub, p.h - p.r)


def _e(p: Pen) -> None:
    _l(p, top=True)
    p.bar(p.upper, 0, p.w * 0.92)


def _f(p: Pen) -> None:
    p.stem(0, 0, p.h)
    p.bar(0, 0, p.w)
    p.bar(p.upper, 0, p.w * 0.9)


def _l(p: Pen, *, top: bool = False) -> None:
    p.stem(0, 0, p.h)
    if top:
        p.bar(0, 0, p.w)
    p.bar(p.h - p.thin, 0, p.w)


def _t(p: Pen) -> None:
    p.stem((p.w - p.fat) / 2, 0, p.h)
    p.bar(0, 0, p.w)


def _posts(p: Pen) -> None:
    p.stem(0, 0, p.h)
    p.stem(p.w - p.fat, 0, p.h)


def _h(p: Pen) -> None:
    _posts(p)
    p.bar(p.upper, 0, p.w)


def _i(p: Pen) -> None:
    p.stem(0, 0, p.h)


def _j(p: Pen) -> None:
    p.ring(0, p.h, without="left TL TR top")
    p.stem(0, p.h - p.stub, p.h - p.r)


def _u(p: Pen) -> None:
    p.ring(0, p.h, without="TL TR top")


def _a(p: Pen) -> None:
    p.lean((p.w - p.fat) / 2, 0)
    p.lean((p.w - p.fat) / 2, p.w - p.fat)
    p.rect(p.w * 0.2, p.h * 0.66, p.w * 0.8, p.h * 0.66 + p.thin * 0.9)


def _v(p: Pen) -> None:
    p.lean(0, (p.w - p.fat) / 2)
    p.lean(p.w - p.fat, (p.w - p.fat) / 2)


def _w(p: Pen) -> None:
    q = (p.w - p.fat) / 4
    for x0, x1 in ((0, q), (2 * q, q), (2 * q, 3 * q), (4 * q, 3 * q)):
        p.lean(x0, x1)


def _m(p: Pen) -> None:
    _posts(p)
    p.lean(0, (p.w - p.fat) / 2, 0, p.h * 0.74)
    p.lean(p.w - p.fat, (p.w - p.fat) / 2, 0, p.h * 0.74)


def _n(p: Pen) -> None:
    _posts(p)
    p.lean(0, p.w - p.fat * 0.9, 0, p.h, 0.9)


def _k(p: Pen) -> None:
    p.stem(0, 0, p.h)
    p.lean(p.w - p.fat * 1.1, p.fat * 0.5, 0, p.h * 0.66, 1.1)
    p.lean(p.w * 0.3, p.w - p.fat * 1.1, p.h * 0.42, p.h, 1.1)


def _x(p: Pen) -> None:
    p.lean(0, p.w - p.fat * 1.08, 0, p.h, 1.08)
    p.lean(p.w - p.fat * 1.08, 0, 0, p.h, 1.08)


def _y(p: Pen) -> None:
    p.lean(0, (p.w - p.fat) / 2, 0, p.h * 0.6)
    p.lean(p.w - p.fat, (p.w - p.fat) / 2, 0, p.h * 0.6)
    p.stem((p.w - p.fat) / 2, p.h * 0.58, p.h)


def _z(p: Pen) -> None:
    p.bar(0, 0, p.w)
    p.bar(p.h - p.thin, 0, p.w)
    p.lean(p.w - p.fat * 1.2, 0, 0, p.h, 1.2)


def _q(p: Pen) -> None:
    p.ring(0, p.h)
    p.lean(p.w * 0.46, p.w - p.fat * 0.8, p.h * 0.7, p.h * 1.06)


def _1(p: Pen) -> None:
    p.stem(p.w - p.fat, 0, p.h)
    flag = p.h * 0.3
    p.poly((p.w - p.fat, 0), (p.w - p.fat, p.thin * 1.3), (0, flag), (0, flag - p.thin * 1.1))


def _2(p: Pen) -> None:
    p.ring(0, p.lower, without="left BL bottom")
    p.stem(0, p.r, p.stub)
    p.bar(p.upper, p.r, p.w - p.r)
    p.ring(p.upper, p.h, without="right TR BR BL top")


def _3(p: Pen) -> None:
    p.ring(0, p.lower, without="left BL bottom")
    p.ring(p.upper, p.h, without="left TL top")
    p.bar(p.upper, p.w * 0.32, p.w - p.r)
    p.stem(0, p.r, p.stub)
    p.stem(0, p.h - p.stub, p.h - p.r)


def _4(p: Pen) -> None:
    p.stem(p.w * 0.82 - p.fat, 0, p.h)
    p.bar(p.h * 0.66, 0, p.w)
    p.lean(p.w * 0.82 - p.fat * 1.1, 0, 0, p.h * 0.66 + p.thin * 0.4, 1.05)


def _5(p: Pen) -> None:
    p.bar(0, 0, p.w)
    p.stem(0, 0, p.lower)
    p.ring(p.upper, p.h, without="left TL")
    p.stem(0, p.h - p.stub, p.h - p.r)


def _6(p: Pen) -> None:
    p.ring(0, p.h, without="right")
    p.stem(p.w - p.fat, p.r, p.stub)
    p.ring(p.upper, p.h, without="left TL BL bottom BR")


def _7(p: Pen) -> None:
    p.bar(0, 0, p.w)
    p.lean(p.w - p.fat * 1.1, p.w * 0.18, 0, p.h, 1.1)


def _8(p: Pen) -> None:
    p.ring(0, p.lower)
    p.ring(p.upper, p.h)


def _9(p: Pen) -> None:
    p.ring(0, p.h, without="left")
    p.stem(0, p.h - p.stub, p.h - p.r)
    p.ring(0, p.lower, without="right TR BR top TL")
    p.stem(0, p.r, p.lower - p.r)


def _plus(p: Pen) -> None:
    p.rect((p.w - p.fat) / 2, p.mid - p.w / 2, (p.w + p.fat) / 2, p.mid + p.w / 2)
    p.rect(0, p.mid - p.thin / 2, p.w, p.mid + p.thin / 2)


def _hyphen(p: Pen) -> None:
    p.bar(p.upper, 0, p.w)


def _slash(p: Pen) -> None:
    p.lean(p.w - p.fat, 0)


def _hash(p: Pen) -> None:
    for q in (0.2, 0.6):
        p.stem(p.w * q, 0, p.h)
    for q in (0.28, 0.6):
        p.bar(p.h * q, 0, p.w)


def _question(p: Pen) -> None:
    p.ring(0, p.lower, without="left BL bottom")
    p.stem(0, p.r, p.stub)
    p.stem((p.w - p.fat) / 2, p.upper, p.h * 0.72)
    p.bar(p.upper, (p.w - p.fat) / 2, p.w - p.r)
    p.rect((p.w - p.fat) / 2, p.h - p.fat, (p.w + p.fat) / 2, p.h)


def _stop(p: Pen) -> None:
    p.rect(0, p.h - p.fat, p.fat, p.h)


def _comma(p: Pen) -> None:
    _stop(p)
    p.rect(p.fat * 0.45, p.h - p.fat, p.fat, p.h + p.fat * 0.5)


def _colon(p: Pen) -> None:
    _stop(p)
    p.rect(0, p.h * 0.36, p.fat, p.h * 0.36 + p.fat)


def _shout(p: Pen) -> None:
    p.rect(0, 0, p.fat, p.h - p.fat * 1.7)
    _stop(p)


def _quote(p: Pen) -> None:
    p.rect(0, 0, p.fat, p.h * 0.26)


GLYPHS: dict[str, Glyph] = {
    **dict(zip("ABCDEFGHIJKLM", (_a, _b, _c, _d, _e, _f, _g, _h, _i, _j, _k, _l, _m), strict=True)),
    **dict(zip("NOPQRSTUVWXYZ", (_n, _o, _p, _q, _r, _s, _t, _u, _v, _w, _x, _y, _z), strict=True)),
    **dict(zip("0123456789", (_o, _1, _2, _3, _4, _5, _6, _7, _8, _9), strict=True)),
    **dict(zip("+-/#?", (_plus, _hyphen, _slash, _hash, _question), strict=True)),
    **dict(zip(".,:!'", (_stop, _comma, _colon, _shout, _quote), strict=True)),
}
