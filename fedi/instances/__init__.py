"""Schools in this process: `Instance`, one school's database, keys, files and events; `Instances`, all of a folder."""

from fedi.instances.descriptors import raise_limit
from fedi.instances.instance import AddressChanged, Instance
from fedi.instances.memory import look_seldom
from fedi.instances.registry import Instances, configs_in

__all__ = ["AddressChanged", "Instance", "Instances", "configs_in", "look_seldom", "raise_limit"]
