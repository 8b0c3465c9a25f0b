from dataclasses import replace
from pathlib import Path

import pytest

from fedi.config import DatabaseSettings, InstanceConfig, Limits
from fedi.media import Storage
from tests import factories as make


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """An empty folder of a school that takes files of up to 2 MiB and pictures of up to a million pixels."""
    limits = replace(Limits(), file_bytes=2 * 1024 * 1024, picture_pixels=1_000_000)
    school = make.school(limits=limits)
    return Storage(InstanceConfig(tmp_path, school, DatabaseSettings(), None, (), ""))
