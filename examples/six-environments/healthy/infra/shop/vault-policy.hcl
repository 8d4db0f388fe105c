# {{env}} is filled in when the role of an environment is made.
path "secret/data/bike_shop/{{env}}/app" {
  capabilities = ["read"]
}

path "secret/data/bike_shop/{{env}}/postgres" {
  capabilities = ["read"]
}

path "secret/data/bike_shop/{{env}}/redis" {
  capabilities = ["read"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
