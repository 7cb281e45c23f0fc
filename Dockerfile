# Two images: the program, and the example server over a model that is mounted. docs/containers.md
#
#   docker build --tag als .
#   docker build --tag recommendation-server --target server .
ARG SWIFT=swift:6.3-bookworm
ARG DEBIAN=debian:bookworm-slim

FROM $SWIFT AS source
RUN apt-get update && \
    apt-get install -y --no-install-recommends dpkg-dev liblapacke-dev libopenblas-dev pkg-config zlib1g-dev && \
    rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .

FROM source AS package
RUN scripts/package /packages

FROM source AS server-build
RUN swift build --package-path Examples/RecommendationServer --configuration release --product recommendation-server \
      --static-swift-stdlib --disable-local-rpath --scratch-path .build/server && \
    mkdir /programs && \
    strip --strip-unneeded -o /programs/recommendation-server .build/server/release/recommendation-server

FROM $DEBIAN AS server
RUN apt-get update && \
    apt-get install -y --no-install-recommends liblapacke libopenblas0 zlib1g && \
    rm -rf /var/lib/apt/lists/*
COPY --from=server-build /programs/recommendation-server /usr/bin/
USER nobody
WORKDIR /data
EXPOSE 8080
ENTRYPOINT ["recommendation-server", "--host", "0.0.0.0"]
CMD ["model.safetensors"]

FROM $DEBIAN AS program
COPY --from=package /packages /packages
RUN apt-get update && \
    apt-get install -y --no-install-recommends /packages/*.deb && \
    rm -rf /packages /var/lib/apt/lists/*
USER nobody
WORKDIR /data
ENTRYPOINT ["als"]
CMD ["--help"]
