"""Settings: good ones are read, bad ones are all reported at once."""

import pytest

from homeplan.settings import BadSettings, Settings, read_settings, unnamed_proxy
from tests.conftest import VAPID_KEY


def test_without_an_environment_everything_has_a_default() -> None:
    settings = read_settings({"PATH": "/bin"})
    assert settings.database_url == "sqlite:///homeplan.sqlite"
    assert not settings.openapi


def test_every_setting_is_read() -> None:
    settings = read_settings(
        {
            "HOMEPLAN_DATABASE_URL": "postgresql://homeplan@db/homeplan",
            "HOMEPLAN_ORIGIN": "https://plan.clinic.example/",
            "HOMEPLAN_PORT": "9000",
            "HOMEPLAN_VAPID_PRIVATE_KEY": VAPID_KEY,
            "HOMEPLAN_VAPID_SUBJECT": "mailto:operator@clinic.example",
            "HOMEPLAN_VAPID_PREVIOUS_KEYS": f"{VAPID_KEY}, {VAPID_KEY}",
            "HOMEPLAN_PUSH_HOSTS": "push.clinic.example, http://127.0.0.1:1234",
            "HOMEPLAN_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8,",
            "HOMEPLAN_LEDGER_DAYS": "730",
            "HOMEPLAN_AFTER_CARE_DAYS": "3650",
            "HOMEPLAN_BACKUP_HOURS": "6",
            "HOMEPLAN_OPENAPI": "1",
        }
    )
    assert settings.origin == "https://plan.clinic.example"
    assert settings.port == 9000
    assert settings.vapid_previous_keys == (VAPID_KEY, VAPID_KEY)
    assert settings.push_hosts == ("push.clinic.example", "http://127.0.0.1:1234")
    assert settings.trusted_proxies == ("127.0.0.1", "10.0.0.0/8")
    assert (settings.ledger_days, settings.after_care_days) == (730, 3650)
    assert (settings.backup_hours, settings.backup_days) == (6, 30)
    assert settings.openapi
    assert settings.secure


def test_all_mistakes_are_reported_at_once() -> None:
    with pytest.raises(BadSettings) as caught:
        read_settings(
            {
                "HOMEPLAN_ORIGEN": "x",
                "HOMEPLAN_PORT": "http",
                "HOMEPLAN_OPENAPI": "yes",
                "HOMEPLAN_LEDGER_DAYS": "29",
                "HOMEPLAN_DATABASE_URL": "mysql://x",
                "HOMEPLAN_ORIGIN": "http://plan.clinic.example",
                "HOMEPLAN_VAPID_PRIVATE_KEY": "short",
                "HOMEPLAN_PUSH_HOSTS": "not a host",
                "HOMEPLAN_AUDIT_KEY": "short",
                "HOMEPLAN_METRICS_TOKEN": "short",
                "HOMEPLAN_TRUSTED_PROXIES": "127.0.0.1, *",
                "HOMEPLAN_BACKUP_PUBLIC_KEY": "age1short",
                "HOMEPLAN_BACKUP_HOURS": "0",
                "HOMEPLAN_BACKUP_DAYS": "x",
            }
        )
    assert len(caught.value.mistakes) == 15  # the key also lacks its subject


@pytest.mark.parametrize(
    "origin", ["https://[::1", "https://clinic.example:port", "https://clinic.example:99999", "https://Clinic.example"]
)
def test_an_origin_that_cannot_be_taken_apart_is_a_mistake_as_well(origin: str) -> None:
    with pytest.raises(BadSettings, match="HOMEPLAN_ORIGIN"):
        read_settings({"HOMEPLAN_ORIGIN": origin})


@pytest.mark.parametrize("origin", ["https://a.example:8443", "http://localhost:8000", "http://[::1]:8000"])
def test_an_origin_may_name_a_port(origin: str) -> None:
    assert read_settings({"HOMEPLAN_ORIGIN": origin}).origin == origin


@pytest.mark.parametrize("port", ["²", "65536", "-1"])
def test_a_port_is_a_plain_number(port: str) -> None:
    with pytest.raises(BadSettings, match="HOMEPLAN_PORT"):
        read_settings({"HOMEPLAN_PORT": port})


@pytest.mark.parametrize("key", ["AAAA", "!" * 43, f"'{VAPID_KEY}'"])
def test_a_vapid_key_that_is_not_one_is_refused(key: str) -> None:
    with pytest.raises(BadSettings, match="HOMEPLAN_VAPID_PRIVATE_KEY"):
        read_settings({"HOMEPLAN_VAPID_PRIVATE_KEY": key, "HOMEPLAN_VAPID_SUBJECT": "mailto:a@b.example"})


@pytest.mark.parametrize(
    "origin",
    ["clinic.example", "https://", "https://clinic.example/path", "ftp://clinic.example", "https://a.example?x"],
)
def test_an_origin_is_scheme_and_host_alone(origin: str) -> None:
    with pytest.raises(BadSettings, match="HOMEPLAN_ORIGIN"):
        read_settings({"HOMEPLAN_ORIGIN": origin})


@pytest.mark.parametrize(
    ("origin", "host", "proxies", "refused"),
    [
        ("https://plan.clinic.example", "127.0.0.1", (), True),
        ("https://plan.clinic.example", "127.0.0.9", (), True),
        ("https://plan.clinic.example", "::1", (), True),
        ("https://plan.clinic.example", "localhost", (), True),
        ("https://plan.clinic.example", "127.0.0.1", ("127.0.0.1",), False),
        ("https://plan.clinic.example", "0.0.0.0", (), False),
        ("https://plan.clinic.example", "10.0.0.7", (), False),
        ("http://localhost:8000", "127.0.0.1", (), False),
    ],
)
def test_a_proxy_on_this_machine_is_named(origin: str, host: str, proxies: tuple[str, ...], refused: bool) -> None:
    sentence = unnamed_proxy(Settings(origin=origin, trusted_proxies=proxies), host)
    assert (sentence is not None) == refused
    assert sentence is None or sentence.startswith("HOMEPLAN_TRUSTED_PROXIES must name the proxy")


MAIL_FROM = "notices@clinic.example"


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("mail.example", MAIL_FROM),
        ("http://mail.example", MAIL_FROM),
        ("smtp://user@mail.example", MAIL_FROM),
        ("smtp://user:pass/word@mail.example", MAIL_FROM),
        ("smtp://mail.example/path", MAIL_FROM),
        ("smtp://mail.example", ""),
        ("", MAIL_FROM),
        ("smtp://mail.example", "Clinic <notices@clinic.example>"),
        ("smtp://mail.example", "a@b.example, c@d.example"),
    ],
)
def test_a_mail_server_that_cannot_be_used_is_a_mistake(url: str, sender: str) -> None:
    with pytest.raises(BadSettings, match="HOMEPLAN_MAIL"):
        read_settings({"HOMEPLAN_MAIL_URL": url, "HOMEPLAN_MAIL_FROM": sender})


@pytest.mark.parametrize(
    "url", ["smtp://mail.example", "smtps://me%40clinic:p%2Fw@mail.example:465", "smtp://10.0.0.7:25"]
)
def test_a_mail_server_is_read_as_it_is(url: str) -> None:
    assert read_settings({"HOMEPLAN_MAIL_URL": url, "HOMEPLAN_MAIL_FROM": MAIL_FROM}).mail_url == url
