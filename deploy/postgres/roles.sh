#!/bin/sh
# Run by the database's image once, on an empty volume: makes the two roles and their database.
#
# `leadwire_owner` owns the schema and runs migrations; it bypasses row-level security, which is why
# no agent may be started with it. `leadwire` is what agents use: it can change no table, and sees of
# clients' rows what the policies admit. Neither is a superuser.
set -eu
: "${STORE_PASSWORD:?}" "${STORE_ADMIN_PASSWORD:?}"

psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
     --set store_password="$STORE_PASSWORD" --set admin_password="$STORE_ADMIN_PASSWORD" <<'SQL'
CREATE ROLE leadwire_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS PASSWORD :'admin_password';
CREATE ROLE leadwire LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'store_password';
CREATE DATABASE leadwire OWNER leadwire_owner;
REVOKE ALL ON DATABASE leadwire FROM PUBLIC;
GRANT CONNECT ON DATABASE leadwire TO leadwire;
SQL

# Only the owner makes things here; what the application role may do, migrations grant.
psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname leadwire <<'SQL'
ALTER SCHEMA public OWNER TO leadwire_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO leadwire;
SQL
