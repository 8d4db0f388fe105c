from decouple import Csv, config

a = config("DC_PLAIN")
b = config("DC_DEFAULT", default="bee")
c = config("DC_SECOND", "cee")
d = config("DC_BOOL", default=False, cast=bool)
e = config("DC_INT", cast=int)
f = config("DC_FLOAT", default=1.5, cast=float)
g = config("DC_CSV", cast=Csv(), default="a,b")
h = config("DC_NONE", default=None)
i = config("DC_THIRD", 3, int)
j = config.get("DC_GET", "jay") if hasattr(config, "get") else config("DC_GET", "jay")
