#!/bin/sh
# deploy.sh ENVIRONMENT up|ACTION IMAGE_TAG|NUMBER: hands the stack to the deployment server, which sets what
# envs/ENVIRONMENT.yaml lists under `values` and `platform` and runs the compose file.
set -eu
curl --fail --silent --show-error \
  --header "Authorization: Bearer ${DEPLOY_TOKEN}" \
  --data "environment=$1" --data "action=$2" --data "target=$3" \
  https://deploy.example.com/v1/stacks/bike_shop
