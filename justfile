# What is done often. `just` alone runs what CI runs.

default: check test

# format, lints, documentation
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

# all tests
test:
    cargo test

# the sample batch, as in the README; renews the committed reports/sample
sample:
    cargo run --release -- run pipelines/sample.toml

# licences, bans, sources of the dependencies (needs cargo-deny)
deny:
    cargo deny check bans licenses sources

# renew the command line's expected output in tests/cmd and the pictures of the terminal after a meant change
renew:
    TRYCMD=overwrite SNAPSHOTS=overwrite cargo test --test cli --test pictures

# what spreadsheets and a browser make of the reports (needs python3, LibreOffice, Chromium)
look:
    python3 tests/peers/spreadsheets.py --binary target/release/pairscore
    python3 tests/peers/browser.py --binary target/release/pairscore

# a long run over generated pairs with bad ones among them, killed and resumed, a disk that fills up (needs python3)
soak:
    python3 tests/peers/soak.py --binary target/release/pairscore --pairs 20000

# each fuzz target for ten minutes (needs cargo-fuzz and a nightly toolchain)
fuzz:
    for target in $(cargo +nightly fuzz list); do cargo +nightly fuzz run $target fuzz/corpus/$target fuzz/seeds/$target -- -max_total_time=600; done
