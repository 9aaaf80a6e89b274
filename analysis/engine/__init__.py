"""Adds the tables up: in one go, in chunks, or on a cluster, to the same whole numbers."""

from analysis.engine.adding import CHUNK as CHUNK
from analysis.engine.adding import Engine as Engine
from analysis.engine.adding import Serial as Serial
from analysis.engine.adding import add_tables as add_tables
from analysis.engine.adding import chunks_of as chunks_of
from analysis.engine.adding import rows_of as rows_of
from analysis.engine.choosing import ENGINES as ENGINES
from analysis.engine.choosing import chosen_engine as chosen_engine
from analysis.engine.dask_engine import Dask as Dask
