# The standalone server. docs/deploy.md says how it is used, and that it has not been run here.
# Nothing secret goes in: settings are environment variables of the container.

FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
# Install scripts of dependencies are not needed, so none runs.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/build.mjs scripts/build.mjs
COPY src src
RUN npm run build

FROM node:22-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# Drivers are optional for the package; the image has the releases that were tested.
RUN for name in redis pg mongodb; do \
    drivers="$drivers $name@$(npm pkg get devDependencies.$name | tr -d '"')"; \
  done \
  && npm install --prefix /driver --ignore-scripts --no-audit --no-fund $drivers \
  && cp -r /driver/node_modules/. node_modules/ \
  && node --input-type=module --eval "await import('redis'); await import('pg'); await import('mongodb')"

FROM node:22-slim
ENV NODE_ENV=production COUNTERSIGN_DATA=/data PORT=3000
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /build/dist dist
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 3000
# Not /readyz: a restart does not mend an absent Redis.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:3000/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Signals reach the server itself: it stops within ten seconds on SIGTERM.
CMD ["node", "dist/cli/main.js", "serve"]
