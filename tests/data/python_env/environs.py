from environs import Env

env = Env()

a = env("EN_PLAIN")
b = env("EN_DEFAULT", "bee")
c = env.str("EN_STR", default="cee")
d = env.bool("EN_BOOL", False)
e = env.int("EN_INT")
f = env.float("EN_FLOAT", 1.5)
g = env.list("EN_LIST", default=["a", "b"])
h = env.json("EN_JSON")
i = env.log_level("EN_LEVEL")
j = env.url("EN_URL")
k = env.timedelta("EN_DELTA")
l = env.path("EN_PATH")
m = env.decimal("EN_DECIMAL")
n = env("EN_NONE", None)
with env.prefixed("EN_"):
    o = env.int("PORT", 8000)
