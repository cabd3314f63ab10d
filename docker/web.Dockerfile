# syntax=docker/dockerfile:1
# nginx of Debian with the built page: the very configuration that the browser tests go through.

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc git libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
ENV ARGUS_CACHE=/cache
# xtask lists sources by git; the copied tree is a repository of its own where .git was left out.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/cache \
    (git rev-parse --git-dir >/dev/null 2>&1 || git init --quiet) \
    && cargo xtask build-page --force

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl gettext-base nginx-light \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10002 --home-dir /nonexistent --shell /usr/sbin/nologin web
COPY --from=build /source/frontend/dist /usr/share/argus/page
COPY nginx /etc/argus/nginx
COPY docker/web-entrypoint.sh /usr/local/bin/web-entrypoint
ENV ARGUS_HTTPS_LISTEN=8443 \
    ARGUS_HTTP_LISTEN=8080 \
    ARGUS_CERTIFICATE=/run/secrets/certificate \
    ARGUS_KEY=/run/secrets/certificate_key \
    ARGUS_PAGE=/usr/share/argus/page \
    ARGUS_API=api:8090 \
    ARGUS_NGINX=/etc/argus/nginx \
    ARGUS_RUN=/run/argus
USER 10002:10002
EXPOSE 8080 8443
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/usr/local/bin/web-entrypoint"]
