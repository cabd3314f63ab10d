# syntax=docker/dockerfile:1
# The API and its simulator: two targets of one build. Run as a user without rights, on a read-only file system.

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
# Queries are checked against the committed data: no database is needed to build.
ENV SQLX_OFFLINE=true
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --locked --release --package argus-api --package argus-proxmox-sim \
    && install -D -t /out target/release/argus-api target/release/proxmox-sim \
    && mkdir /out/empty

FROM debian:bookworm-slim AS ground
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin argus
USER 10001:10001

FROM ground AS simulator
# A new volume takes over the owner of the folder that it covers.
COPY --from=build --chown=10001:10001 /out/empty /simulator
COPY --from=build /out/proxmox-sim /usr/local/bin/proxmox-sim
ENTRYPOINT ["/usr/local/bin/proxmox-sim"]

FROM ground AS api
COPY --from=build /out/argus-api /usr/local/bin/argus-api
COPY docker/argus.toml docker/argus-demo.toml /etc/argus/
ENV ARGUS_CONFIG=/etc/argus/argus.toml
EXPOSE 8090
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/argus-api"]
CMD ["serve", "--log-format", "json"]
