# syntax=docker/dockerfile:1
FROM rust:1.95-slim AS builder
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY src src
RUN cargo build --release --locked --bin envcheck

FROM debian:bookworm-slim
COPY --from=builder /build/target/release/envcheck /usr/local/bin/envcheck
USER nobody
WORKDIR /tree
ENTRYPOINT ["envcheck"]
