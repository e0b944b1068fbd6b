# One image for every part: the whole program by itself, or one part of compose.yaml.
FROM python:3.11-slim

# npm fetches two of the sample data sets; tini reaps what a killed worker leaves.
RUN apt-get update \
 && apt-get install -y --no-install-recommends npm tini \
 && rm -rf /var/lib/apt/lists/*

RUN useradd --uid 10001 --create-home prospectus && mkdir /data && chown prospectus /data
WORKDIR /app

COPY requirements.txt requirements-samples.txt constraints.txt ./
RUN pip install --no-cache-dir -r requirements.txt -c constraints.txt \
 && pip install --no-cache-dir --no-deps -r requirements-samples.txt

COPY . .
RUN pip install --no-cache-dir --no-deps -e . && python -m engine.data.carriers fetch \
 && python -m compileall -q dashboard db engine

ENV DATABASE_URL=sqlite:////data/prospectus.db \
    PROSPECTUS_HOME=/data/home \
    PROSPECTUS_HOST=0.0.0.0 \
    HF_HOME=/data/huggingface \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
USER prospectus
VOLUME /data
EXPOSE 8501 8502
HEALTHCHECK --start-period=60s CMD ["python", "-m", "engine.entrypoints.health", "dashboard"]
ENTRYPOINT ["tini", "--"]
CMD ["python", "-m", "dashboard"]
