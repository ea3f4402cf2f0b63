# `docker build -t facesearch .`; `--build-arg FETCH=no` leaves the models out, to be mounted on /models.
# The base is any Debian or its like with Python 3.11 or newer and its venv.
ARG BASE=docker.io/library/python:3.13-slim-trixie

FROM ${BASE} AS build
WORKDIR /app
RUN python3 -m venv .venv
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
ARG TRACES=no
COPY requirements-traces.in ./
RUN --mount=type=cache,target=/root/.cache/pip if [ "$TRACES" = yes ]; then \
      .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-traces.in; fi
COPY artifacts artifacts
COPY engine engine
# As the setting: sface, or both, with a second model that helps it.
ARG MODELS=sface
ARG FETCH=yes
RUN mkdir -p /models && case "$FETCH $MODELS" in \
      "yes sface") .venv/bin/python -m engine fetch --models-dir /models ;; \
      "yes both") .venv/bin/python -m engine fetch --models-dir /models --all ;; \
      "no "*) ;; \
      *) echo "MODELS is sface or both, not $MODELS; FETCH yes or no, not $FETCH" >&2; exit 1 ;; \
    esac
COPY . .
RUN .venv/bin/python -m compileall -q artifacts bot engine handlers playground services && chmod -R a+rX /app /models

FROM ${BASE}
ARG MODELS=sface
LABEL org.opencontainers.image.title="Facesearch" org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 facesearch && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data facesearch \
    && install -d -o facesearch -g facesearch -m 700 /data
COPY --from=build /models /models
COPY --from=build /app /app
# All that is written goes to /data and /tmp, so the rest may be read-only.
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data XDG_CACHE_HOME=/data/cache FACE_MODELS_DIR=/models METRICS_PORT=9464 \
    PLAYGROUND_IN_CONTAINER=true MODELS=${MODELS}
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8080 3000 9464
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-m", "bot.healthy"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["start"]
