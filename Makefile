# Lệnh thường dùng. `make help` liệt kê tất cả.

VENV := .venv/bin
PYTEST := $(VENV)/pytest
WORKERS ?= 2
SCALE ?= short
SCHEMATHESIS := build/schemathesis/bin/schemathesis

.DEFAULT_GOAL := help
.PHONY: help run test lint types words browser bench torture screenshots catalogue lock format clean ready ready-dev

help: ## Liệt kê các lệnh
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: ready ## Cài đặt nếu cần, rồi chạy với dữ liệu minh họa tại 127.0.0.1:8000 (đổi bằng PORT=)
	@exec $(VENV)/tracker start

test: ready-dev ## Chạy mọi kiểm tra: phong cách, kiểu, tầng, từ ngữ, SQLite, PostgreSQL, trình duyệt
	@$(MAKE) --no-print-directory -j2 -O lint types words
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "not browser"
	@$(MAKE) --no-print-directory browser

lint: ready-dev ## Phong cách, tầng kiến trúc, gói phụ thuộc, mẫu trang
	$(VENV)/ruff format --check --quiet .
	$(VENV)/ruff check --quiet .
	$(VENV)/lint-imports --no-logo
	$(VENV)/deptry tracker
	$(VENV)/djlint templates --lint --quiet

types: ready-dev ## Kiểm tra kiểu
	$(VENV)/mypy

words: ready-dev ## Danh mục từ ngữ: khớp mã nguồn, tiếng Anh đầy đủ
	$(VENV)/python tools/catalogue.py check

browser: ready-dev ## Các hành trình trong Chromium
	@tools/browser.sh $(PYTEST) -n $(WORKERS) --dist loadfile -m browser

bench: ready-dev ## Đo tốc độ
	$(VENV)/python -m tools.bench

torture: ready-dev $(SCHEMATHESIS) ## Phép thử dài, tự bắt lỗi cài sẵn trước: ENGINE=sqlite|postgresql, SCALE=short|full, TRIAL=, TORTURE_SEED=
	$(VENV)/python -m tools.torture --scale $(SCALE) $(ENGINE:%=--engine %) $(TRIAL:%=--only %)

# Of no use to any other command, so in an environment of its own.
$(SCHEMATHESIS): requirements/torture.txt | ready-dev
	$(VENV)/uv venv --quiet --clear build/schemathesis
	UV_SYSTEM_CERTS=1 $(VENV)/uv pip sync --quiet --python build/schemathesis/bin/python \
		--require-hashes requirements/torture.txt
	@touch $@

screenshots: ready-dev ## Chụp các màn hình: tất cả vào build/screenshots, ảnh của README vào docs/screenshots
	$(VENV)/python -m tools.screenshots

catalogue: ready-dev ## Cập nhật danh mục từ ngữ từ mã nguồn
	$(VENV)/python tools/catalogue.py update

lock: ready ## Ghi lại phiên bản các gói (UPGRADE=1 để nâng cấp)
	tools/lock.sh
	npm install --package-lock-only --ignore-scripts

format: ready-dev ## Định dạng mã nguồn
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

clean: ## Xóa mọi thứ được tạo ra; giữ dữ liệu trong var/
	rm -rf .venv node_modules static/vendor build
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find translations -name '*.mo' -delete 2>/dev/null || true
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

ready:
	@tools/venv.sh run
	@$(VENV)/python tools/assets.py
	@$(VENV)/python tools/catalogue.py compile

ready-dev:
	@tools/venv.sh dev
	@$(VENV)/python tools/assets.py --dev
	@$(VENV)/python tools/catalogue.py compile
