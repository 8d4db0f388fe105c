# All previews share one secret.
path "secret/data/bike_shop/preview/app" {
  capabilities = ["read"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}
