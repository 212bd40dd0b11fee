"""Copies the first row of Ironic's nodes until there are enough. Run with Ironic's own Python."""

import sys
import uuid

import sqlalchemy as sa


def main(url, count):
    engine = sa.create_engine(url)
    nodes = sa.Table("nodes", sa.MetaData(), autoload_with=engine)
    with engine.begin() as connection:
        there = connection.scalar(sa.select(sa.func.count()).select_from(nodes))
        first = dict(connection.execute(sa.select(nodes).order_by(nodes.c.id).limit(1)).one()._mapping)
        del first["id"]
        rows = [{**first, "uuid": str(uuid.uuid4()), "name": f"copy-{number}"} for number in range(there, count)]
        for start in range(0, len(rows), 500):
            connection.execute(nodes.insert(), rows[start:start + 500])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
