# syntax=docker/dockerfile:1
# docker build -t ferric .
# docker run -e FERRIC__API__ALLOW_NOAUTH_ANYWHERE=true -p 127.0.0.1:6385:6385 \
#   -v ferric:/var/lib/ferric -v ./ferric.toml:/etc/ferric/ferric.toml:ro ferric

FROM rust:1.95-bookworm AS builder
# The legacy TLS profile, for controllers that speak TLS 1.0 alone, is OpenSSL's.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin ferric --features legacy-tls

FROM debian:bookworm-slim
# The roots against which Cobbler's certificate is checked.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 6385 --home-dir /var/lib/ferric --shell /usr/sbin/nologin ferric \
    && install -d -o ferric -g ferric -m 0700 /var/lib/ferric \
    && install -d -m 0755 /etc/ferric \
    && : >/etc/ferric/ferric.toml
COPY --from=builder /src/target/release/ferric /usr/local/bin/ferric
COPY LICENSE /usr/share/doc/ferric/LICENSE

USER ferric
WORKDIR /var/lib/ferric
# Inside a container loopback reaches nobody, so it listens on all addresses. Ferric then refuses to
# start without authentication unless the configuration says that the network around it is trusted
# (api.allow_noauth_anywhere).
ENV FERRIC__API__LISTEN=0.0.0.0:6385 \
    FERRIC__DATABASE__STATE_DIR=/var/lib/ferric
VOLUME /var/lib/ferric
EXPOSE 6385
# Bash speaks HTTP well enough for this; the image needs no client.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/6385 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/ferric"]
CMD ["serve", "--config", "/etc/ferric/ferric.toml"]
