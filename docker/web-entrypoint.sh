#!/bin/sh
# Fills in nginx's template and becomes nginx. Everything it writes goes to one folder in memory.
set -eu
names='$ARGUS_HTTPS_LISTEN $ARGUS_HTTP_LISTEN $ARGUS_CERTIFICATE $ARGUS_KEY $ARGUS_PAGE $ARGUS_API $ARGUS_NGINX $ARGUS_RUN'
envsubst "$names" < "$ARGUS_NGINX/nginx.conf.template" > "$ARGUS_RUN/nginx.conf"
exec nginx -e stderr -c "$ARGUS_RUN/nginx.conf" -g 'daemon off;'
