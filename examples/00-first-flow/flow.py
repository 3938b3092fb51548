"""The first flow: what two rain gauges measured, cleaned and averaged.

    python flow.py
    weir run flow.py -p 'stations=["south"]'

The first prints the wettest station and its mean, ('south', 7.3). Both keep what came of each task: weir runs list.
"""

from weir import flow, task

GAUGES = {"north": "4.1 3.8 n/a 5.0", "south": "7.2 6.9 7.8"}  # in millimetres


@task(retries=2, retry_delay="1s")
def read(station: str) -> list[str]:
    return GAUGES[station].split()


@task
def clean(readings: list[str]) -> list[float]:
    return [float(reading) for reading in readings if reading != "n/a"]


@task
def wettest(stations: tuple[str, ...], readings: list[list[float]]) -> tuple[str, float]:
    means = [round(sum(of_one) / len(of_one), 1) for of_one in readings]
    return max(zip(stations, means, strict=True), key=lambda station: station[1])


@flow
def rain(stations: tuple[str, ...] = ("north", "south")) -> tuple[str, float]:
    readings = clean.map(read.map(stations))
    return wettest(stations, readings).result()


if __name__ == "__main__":
    print(rain())
