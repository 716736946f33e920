#!/bin/bash
# Runs once in the container that becomes the node image: makes Debian's systemd and containerd what kind expects.
# Arguments: the version of Kubernetes, the version of the pause image.
set -euo pipefail
kubernetes=$1 pause=$2

chmod 755 /usr/local/bin/entrypoint /kind/bin/*
chmod 644 /etc/systemd/system/*.service /etc/systemd/system/kubelet.service.d/*
sed -i "s#@PAUSE@#$pause#" /etc/containerd/config.toml
sed -i 's#/usr/local/bin/containerd#/usr/bin/containerd#' /etc/systemd/system/containerd.service

# A node starts what kind asks for and nothing of a machine: no gettys, no udev, no mounts.
rm -f /lib/systemd/system/multi-user.target.wants/* /etc/systemd/system/*.wants/* \
  /lib/systemd/system/local-fs.target.wants/* /lib/systemd/system/sockets.target.wants/*udev* \
  /lib/systemd/system/sockets.target.wants/*initctl* /lib/systemd/system/basic.target.wants/*
find /lib/systemd/system/sysinit.target.wants/ -name systemd-tmpfiles-setup.service -delete
echo ReadKMsg=no >>/etc/systemd/journald.conf
systemctl enable -q kubelet.service containerd.service undo-mount-hacks.service
systemctl mask -q systemd-binfmt.service

mkdir -p /kind/manifests /etc/kubernetes/manifests /opt/cni/bin
printf %s "v$kubernetes" >/kind/version
