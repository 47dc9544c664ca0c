import pytest

from webapp.services import service_for


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "catalog"),
        ("/events/jazz", "catalog"),
        ("/account/devices", "auth"),
        ("/accounting", "catalog"),
        ("/basket", "booking"),
        ("/orders/M7K4-QX2P", "booking"),
        ("/queue/1", "booking"),
        ("/pay/1", "payment"),
        ("/webhooks/sandbox", "payment"),
        ("/staff", "staff"),
        ("/live/orders/1", "live"),
    ],
)
def test_the_longest_prefix_decides_the_service(path: str, service: str) -> None:
    assert service_for(path) == service
