# Any Debian-like image with python3 >= 3.11 and its venv module will do as the base.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
RUN python3 -m venv /opt/tutor
WORKDIR /src
COPY requirements.txt .
# To install from a mirror: docker build --secret id=pip,src=pip.conf .
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    /opt/tutor/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN /opt/tutor/bin/python -m pip install --no-cache-dir --no-index --no-deps --no-build-isolation .

FROM ${BASE}
COPY --from=build /opt/tutor /opt/tutor
RUN useradd --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin tutor \
    && install -d -o tutor -g tutor -m 700 /data
ENV PATH=/opt/tutor/bin:$PATH HOME=/data TUTOR_DATA=/data TUTOR_HOST=0.0.0.0 PYTHONUNBUFFERED=1
USER tutor
WORKDIR /data
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["tutor", "health"]
ENTRYPOINT ["tutor"]
CMD ["serve"]
