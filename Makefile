# The commands of the README. Each installs what it needs and says so.
.PHONY: demo test check bench scorecard build clean

demo:
	@scripts/demo

test:
	@scripts/test

check:
	@scripts/check

bench:
	@scripts/bench

scorecard:
	@scripts/scorecard

build:
	@scripts/bootstrap
	swift build -c release

clean:
	rm -rf .build var
