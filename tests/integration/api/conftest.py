import pytest

from lectern_testing.lms import an_lms


@pytest.fixture
def lms():
    with an_lms() as lms:
        yield lms
