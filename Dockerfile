# docker build -t pairscore . && docker run --rm -v "$PWD:/work" pairscore run --original o --translation t
FROM rust:1-slim AS build
WORKDIR /source
COPY . .
# One file that needs nothing beside it.
RUN RUSTFLAGS="-C target-feature=+crt-static" \
    cargo build --release --locked --target "$(rustc -vV | sed -n 's/host: //p')" \
    && install -Ds target/*/release/pairscore /out/pairscore

FROM scratch
COPY --from=build /out/pairscore /pairscore
WORKDIR /work
ENTRYPOINT ["/pairscore"]
