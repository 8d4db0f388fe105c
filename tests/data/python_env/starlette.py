from starlette.config import Config
from starlette.datastructures import CommaSeparatedStrings, Secret

config = Config()

a = config("ST_PLAIN")
b = config("ST_DEFAULT", default="bee")
c = config("ST_BOOL", cast=bool, default=False)
d = config("ST_INT", cast=int)
e = config("ST_POSITION", int, 5)
f = config("ST_SECRET", cast=Secret)
g = config("ST_LIST", cast=CommaSeparatedStrings)
h = config("ST_NONE", default=None)
i = config.get("ST_GET", cast=str, default="eye")
j = config("ST_BOOL_POSITION", bool, True)
