# syntax=docker/dockerfile:1
# Houston as an image: one process, not root, that writes only to /data and /tmp. No dependency is compiled or runs an install
# script, so the packages are the same for every architecture, and Node comes with the base image's.

FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS packages
WORKDIR /opt/houston
COPY package.json package-lock.json .npmrc ./
# The optional packages are private copies of Node, which this image has.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force

FROM node:24-bookworm-slim
WORKDIR /opt/houston
COPY --from=packages /opt/houston/node_modules node_modules
COPY package.json app.yml slack.yml LICENSE ./
COPY bin bin
COPY src src
RUN install -d -o 1000 -g 1000 -m 0700 /data
ENV NODE_ENV=production HOUSTON_DATA=/data HOUSTON_LISTEN=0.0.0.0:8080
# As a number, so that a platform can see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/houston/bin/houston.js"]
CMD ["serve"]
