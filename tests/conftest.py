"""What all tests share."""

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("steady", derandomize=True, print_blob=True)
settings.load_profile("steady")


@pytest.fixture
def random():
    """Random numbers, the same in each run."""
    return np.random.default_rng(20261124)
