// The one door to libmosquitto: its client API and the MQTT 5 property identifiers.
#include <mosquitto.h>
#include <mqtt_protocol.h>
